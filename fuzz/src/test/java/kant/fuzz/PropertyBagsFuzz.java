package kant.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.util.stream.Stream;
import kant.protocol.head.ProtocolViolation;
import kant.protocol.mqtt.PropertyBag;
import org.junit.jupiter.params.provider.MethodSource;

/** A bag is read or refused, and one that was read comes back the same from the wire. */
class PropertyBagsFuzz {
    static Stream<String> seeds() {
        return Seeds.texts("bags.txt");
    }

    @MethodSource("seeds")
    @FuzzTest
    void bag(@NotNull String text) throws ProtocolViolation {
        PropertyBag bag;
        try {
            bag = PropertyBag.fromHub(text);
            PropertyBag.fromClient(text);
        } catch (ProtocolViolation e) {
            return;
        }
        PropertyBag.fromClient(bag.toClient());
        String up = bag.toHub();
        PropertyBag again = PropertyBag.fromHub(up);
        if (!again.toHub().equals(up)) {
            throw new AssertionError("'" + up + "' comes back as '" + again.toHub() + "'");
        }
    }
}
