package kant.model.deployment;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/** Finds the constant that a word names. */
final class Words {
    private Words() {}

    static <E> Optional<E> find(E[] values, Function<E, String> word, String text) {
        return Arrays.stream(values)
                .filter(v -> word.apply(v).equalsIgnoreCase(text))
                .findFirst();
    }
}
