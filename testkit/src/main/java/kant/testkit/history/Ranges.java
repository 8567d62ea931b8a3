package kant.testkit.history;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Numbers as a reader wants them: {@code 3-7, 12, …}. */
final class Ranges {
    private Ranges() {}

    static String text(BitSet numbers, int most) {
        List<String> ranges = new ArrayList<>();
        int from = numbers.nextSetBit(0);
        while (from >= 0 && ranges.size() < most) {
            int end = numbers.nextClearBit(from);
            ranges.add(end - 1 == from ? Integer.toString(from) : from + "-" + (end - 1));
            from = numbers.nextSetBit(end);
        }
        return String.join(", ", ranges) + (from >= 0 ? ", …" : "");
    }
}
