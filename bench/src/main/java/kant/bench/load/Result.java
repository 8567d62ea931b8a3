package kant.bench.load;

import kant.bench.host.Samples;

/**
 * What one run showed.
 *
 * @param messages delivered in the measured time
 * @param serverCpuMicros of the server's process in the measured time
 * @param ownCpuMicros of the generator in the measured time
 * @param acknowledgement from sending to PUBACK
 * @param delivery from sending to arrival at the receiver
 * @param books of the whole connection, after what was under way has arrived
 */
public record Result(
        long messages,
        double seconds,
        long serverCpuMicros,
        long ownCpuMicros,
        Samples acknowledgement,
        Samples delivery,
        Books books) {

    /**
     * Everything that was sent, and what became of it.
     *
     * @param lost sent and never delivered
     * @param repeated delivered more than once
     * @param overtaken came after a later message of the same sender, or never
     */
    public record Books(long sent, long lost, long repeated, long overtaken) {
        public static final Books EMPTY = new Books(0, 0, 0, 0);

        public Books plus(Books other) {
            return new Books(
                    sent + other.sent, lost + other.lost, repeated + other.repeated, overtaken + other.overtaken);
        }
    }

    public double perSecond() {
        return messages / seconds;
    }

    public double serverMicrosPerMessage() {
        return messages == 0 ? 0 : (double) serverCpuMicros / messages;
    }

    public double ownMicrosPerMessage() {
        return messages == 0 ? 0 : (double) ownCpuMicros / messages;
    }
}
