package kant.edgeagent.method;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import kant.world.Time;

/** How blobs are called: {@code <hub>/<device>/<module>-yyyy-MM-dd--HH-mm-ss.<ext>}, in UTC. */
record BlobNames(String iotHub, String device, Time time) {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd--HH-mm-ss").withZone(ZoneOffset.UTC);

    String log(String module, String extension) {
        return iotHub + "/" + device + "/" + module + "-" + STAMP.format(time.now()) + "." + extension;
    }

    String supportBundle() {
        return iotHub + "/" + device + "/support-bundle-" + STAMP.format(time.now()) + ".zip";
    }
}
