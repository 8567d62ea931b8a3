package kant.protocol.mqtt;

import java.util.Random;
import java.util.function.Consumer;

/** Property tests: the same property for many seeds, small cases first; a failure names its seed. */
public final class Seeds {
    private Seeds() {}

    public static void check(int cases, Consumer<Gen> property) {
        for (int seed = 0; seed < cases; seed++) {
            try {
                property.accept(new Gen(new Random(seed), 1 + seed / 10));
            } catch (Throwable failure) {
                throw new AssertionError("seed " + seed + ": " + failure, failure);
            }
        }
    }

    /** A source of values that grow with the seed. */
    public record Gen(Random random, int size) {
        private static final String TRAPS = "%&=/?#+ $.~-_\"\\{}\n\u0000äß€😀";

        public int upTo(int limit) {
            return random.nextInt(limit + 1);
        }

        public byte[] bytes(int length) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            return bytes;
        }

        public String text() {
            var text = new StringBuilder();
            int length = upTo(Math.min(size, 40));
            for (int i = 0; i < length; i++) {
                if (random.nextBoolean()) {
                    text.append((char) ('a' + random.nextInt(26)));
                } else {
                    int trap = TRAPS.codePointAt(
                            TRAPS.offsetByCodePoints(0, random.nextInt(TRAPS.codePointCount(0, TRAPS.length()))));
                    text.appendCodePoint(trap);
                }
            }
            return text.toString();
        }

        /** Printable ASCII rich in the characters that topics give a meaning to. */
        public String topicText() {
            var text = new StringBuilder();
            int length = upTo(Math.min(size * 4, 200));
            for (int i = 0; i < length; i++) {
                text.append("abc%&=/?$.0123#+rid".charAt(random.nextInt(19)));
            }
            return text.toString();
        }
    }
}
