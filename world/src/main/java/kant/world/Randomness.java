package kant.world;

import java.security.SecureRandom;
import java.util.UUID;

/** The source of chance. */
public interface Randomness {

    /** Fresh random bytes. */
    byte[] bytes(int count);

    /** Uniform in [0, 1). */
    double fraction();

    /** A random (version 4) UUID in its usual text form. */
    default String uuid() {
        byte[] b = bytes(16);
        b[6] = (byte) (b[6] & 0x0f | 0x40);
        b[8] = (byte) (b[8] & 0x3f | 0x80);
        long high = 0;
        long low = 0;
        for (int i = 0; i < 8; i++) {
            high = high << 8 | b[i] & 0xff;
            low = low << 8 | b[i + 8] & 0xff;
        }
        return new UUID(high, low).toString();
    }

    /** The operating system's randomness, fit for keys. */
    static Randomness secure() {
        var random = new SecureRandom();
        return new Randomness() {
            @Override
            public byte[] bytes(int count) {
                byte[] b = new byte[count];
                random.nextBytes(b);
                return b;
            }

            @Override
            public double fraction() {
                return random.nextDouble();
            }
        };
    }
}
