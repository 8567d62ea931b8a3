package kant.edgeagent.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kant.model.twin.TwinMerge;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ReporterTest {

    /** Whatever the twin holds: applying the patch gives the document, and then there is nothing more to send. */
    @TestFactory
    Stream<DynamicTest> patches_lead_to_the_document() {
        return IntStream.range(0, 300)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> {
                    var random = new Random(seed);
                    ObjectNode twin = object(random, 1 + seed / 100);
                    ObjectNode document = object(random, 1 + seed / 100);

                    ObjectNode after = Reporter.patch(twin, document)
                            .map(patch -> TwinMerge.merge(twin, patch))
                            .orElse(twin);

                    assertThat(after).isEqualTo(document);
                    assertThat(Reporter.patch(after, document)).isEmpty();
                }));
    }

    private static ObjectNode object(Random random, int depth) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (int i = random.nextInt(4); i > 0; i--) {
            String name = String.valueOf((char) ('a' + random.nextInt(4)));
            switch (random.nextInt(depth > 0 ? 5 : 4)) {
                case 0 -> object.put(name, random.nextInt(3));
                case 1 -> object.put(name, "t" + random.nextInt(3));
                case 2 -> object.put(name, random.nextBoolean());
                case 3 -> object.putArray(name).add(random.nextInt(3));
                default -> object.set(name, object(random, depth - 1));
            }
        }
        return object;
    }
}
