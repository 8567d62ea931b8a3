package kant.store;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.Target;
import org.jspecify.annotations.Nullable;

/**
 * The payload of a message's record in the log, written once however many endpoints it is for.
 *
 * <pre>
 * kind 1 (= 1) | enqueued, milliseconds of the store's clock 8
 * number of targets; for each: cursor id * 2 + (1 if it is introduced here)
 *                              if so: endpoint, key of the cursor
 *                              ordinal in that cursor, ttl in milliseconds + 1 (0 = for ever)
 * device id, module id ("" = none)
 * number of system properties, name and value of each; the same for application properties
 * length of the payload, payload
 * </pre>
 *
 * Numbers and texts as {@link Bytes} writes them. A cursor is introduced in the first record for it in each segment, so that a
 * segment can be understood without any other file.
 */
final class MessageRecord {
    private static final byte KIND = 1;

    // Of the record that was parsed last.
    private long enqueuedMillis;
    private int messagePosition;
    private long ordinal;
    private long ttlMillis;

    /** One target as the writer resolves it. */
    record To(PriorityCursor cursor, long ordinal, long ttlMillis, boolean introduce) {}

    /** Hears of each target while a segment is read through. */
    interface TargetVisitor {
        void introduced(int cursorId, String endpoint, CursorKey key);

        void target(int cursorId, long ordinal, long ttlMillis);
    }

    /** Decides about each target while a record is copied. */
    interface Kept {
        boolean keeps(int cursorId, long ordinal);

        /** Told of each target that is kept; the name of its cursor if it is the first one in the new segment. */
        SegmentSummary.@Nullable Span keeping(int cursorId, long ordinal);
    }

    /** The bytes that {@link #encode} takes at most. */
    static int bound(Message message, List<Target> targets) {
        int bound = 1 + 8 + 6 * Bytes.MAX_NUMBER_BYTES + message.payload().length;
        for (Target target : targets) {
            bound += 4 * Bytes.MAX_NUMBER_BYTES + Bytes.textBound(target.endpoint());
        }
        IdentityId sender = message.sender();
        bound += Bytes.textBound(sender.deviceId())
                + 3 * (sender.moduleId() == null ? 0 : sender.moduleId().length());
        return bound + bound(message.systemProperties()) + bound(message.properties());
    }

    private static int bound(Map<String, String> properties) {
        int bound = 0;
        for (var e : properties.entrySet()) {
            bound += Bytes.textBound(e.getKey()) + Bytes.textBound(e.getValue());
        }
        return bound;
    }

    static void encode(ByteBuffer b, long enqueuedMillis, List<To> targets, Message message) {
        b.put(KIND).putLong(enqueuedMillis);
        Bytes.putNumber(b, targets.size());
        for (To to : targets) {
            Bytes.putNumber(b, (long) to.cursor.id() << 1 | (to.introduce ? 1 : 0));
            if (to.introduce) {
                Bytes.putText(b, to.cursor.endpoint());
                Bytes.putNumber(b, to.cursor.key().code());
            }
            Bytes.putNumber(b, to.ordinal);
            Bytes.putNumber(b, to.ttlMillis + 1);
        }
        String module = message.sender().moduleId();
        Bytes.putText(b, message.sender().deviceId());
        Bytes.putText(b, module == null ? "" : module);
        encode(b, message.systemProperties());
        encode(b, message.properties());
        Bytes.putNumber(b, message.payload().length);
        b.put(message.payload());
    }

    private static void encode(ByteBuffer b, Map<String, String> properties) {
        Bytes.putNumber(b, properties.size());
        for (var e : properties.entrySet()) {
            Bytes.putText(b, e.getKey());
            Bytes.putText(b, e.getValue());
        }
    }

    static void visit(ByteBuffer record, TargetVisitor visitor) {
        ByteBuffer b = record.duplicate();
        if (b.get() != KIND) {
            return;
        }
        b.getLong();
        for (long left = Bytes.number(b); left > 0; left--) {
            long head = Bytes.number(b);
            int id = (int) (head >>> 1);
            if ((head & 1) != 0) {
                visitor.introduced(id, Bytes.text(b), new CursorKey(Bytes.number(b)));
            }
            visitor.target(id, Bytes.number(b), Bytes.number(b) - 1);
        }
    }

    /** Copies a record with those of its targets that are kept; false, and nothing is copied, where none is. */
    static boolean copy(ByteBuffer record, Kept kept, ByteBuffer into) {
        ByteBuffer b = record.duplicate();
        if (b.get() != KIND) {
            return false;
        }
        long enqueued = b.getLong();
        int count = (int) Bytes.number(b);
        var ids = new int[count];
        var numbers = new long[2 * count];
        int staying = 0;
        for (int left = count; left > 0; left--) {
            long head = Bytes.number(b);
            if ((head & 1) != 0) {
                Bytes.skipText(b);
                Bytes.number(b);
            }
            ids[staying] = (int) (head >>> 1);
            numbers[2 * staying] = Bytes.number(b);
            numbers[2 * staying + 1] = Bytes.number(b);
            staying += kept.keeps(ids[staying], numbers[2 * staying]) ? 1 : 0;
        }
        if (staying == 0) {
            return false;
        }
        into.put(KIND).putLong(enqueued);
        Bytes.putNumber(into, staying);
        for (int i = 0; i < staying; i++) {
            SegmentSummary.Span introduced = kept.keeping(ids[i], numbers[2 * i]);
            Bytes.putNumber(into, (long) ids[i] << 1 | (introduced != null ? 1 : 0));
            if (introduced != null) {
                Bytes.putText(into, introduced.endpoint());
                Bytes.putNumber(into, introduced.key().code());
            }
            Bytes.putNumber(into, numbers[2 * i]);
            Bytes.putNumber(into, numbers[2 * i + 1]);
        }
        into.put(b);
        return true;
    }

    /** Whether it is a message's. */
    static boolean is(ByteBuffer record) {
        return record.get(record.position()) == KIND;
    }

    /** When a message's record was accepted, by the store's clock. */
    static long enqueuedMillis(ByteBuffer record) {
        return record.getLong(record.position() + 1);
    }

    /** Whether the record is for this cursor; if so, its number there and its time can be asked and it can be decoded. */
    boolean isFor(int cursorId, ByteBuffer record) {
        ByteBuffer b = record.duplicate();
        if (b.get() != KIND) {
            return false;
        }
        enqueuedMillis = b.getLong();
        boolean found = false;
        for (long left = Bytes.number(b); left > 0; left--) {
            long head = Bytes.number(b);
            if ((head & 1) != 0) {
                Bytes.skipText(b);
                Bytes.number(b);
            }
            long itsOrdinal = Bytes.number(b);
            long itsTtl = Bytes.number(b) - 1;
            if (head >>> 1 == cursorId) {
                found = true;
                ordinal = itsOrdinal;
                ttlMillis = itsTtl;
            }
        }
        messagePosition = b.position();
        return found;
    }

    /** When the record that {@link #isFor} was asked about was accepted, by the store's clock. */
    long enqueuedMillis() {
        return enqueuedMillis;
    }

    long ordinal() {
        return ordinal;
    }

    /** In milliseconds of the store's clock; {@link Long#MAX_VALUE} for never. */
    long expiresMillis() {
        return expiresMillis(enqueuedMillis, ttlMillis);
    }

    static long expiresMillis(long enqueuedMillis, long ttlMillis) {
        long expires = enqueuedMillis + ttlMillis;
        return ttlMillis < 0 || expires < 0 ? Long.MAX_VALUE : expires;
    }

    /** The message of the record that {@link #isFor} was asked about. */
    Message decode(ByteBuffer record) {
        ByteBuffer b = record.duplicate().position(messagePosition);
        String device = Bytes.text(b);
        String module = Bytes.text(b);
        Map<String, String> system = properties(b);
        Map<String, String> application = properties(b);
        var payload = new byte[Bytes.length(b)];
        b.get(payload);
        return new Message(new IdentityId(device, module.isEmpty() ? null : module), system, application, payload);
    }

    private static Map<String, String> properties(ByteBuffer b) {
        long count = Bytes.number(b);
        if (count == 0) {
            return Map.of();
        }
        var properties = new LinkedHashMap<String, String>();
        for (; count > 0; count--) {
            properties.put(Bytes.text(b), Bytes.text(b));
        }
        return properties;
    }
}
