package kant.model.deployment;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Guesses which known name a mistyped one was meant to be. */
final class Nearest {
    private static final int MAX_DISTANCE = 2;

    private Nearest() {}

    /** {@code " (did you mean "x"?)"}, or nothing. */
    static String hint(String name, Collection<String> known) {
        return known.stream()
                .filter(k -> distance(name, k) <= MAX_DISTANCE)
                .min(Comparator.comparingInt(k -> distance(name, k)))
                .map(k -> " (did you mean \"" + k + "\"?)")
                .orElse("");
    }

    /** Levenshtein's, letter case ignored. */
    private static int distance(String a, String b) {
        String x = a.toLowerCase(Locale.ROOT);
        String y = b.toLowerCase(Locale.ROOT);
        if (Math.abs(x.length() - y.length()) > MAX_DISTANCE) {
            return MAX_DISTANCE + 1;
        }
        int[] row = new int[y.length() + 1];
        for (int j = 0; j <= y.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= x.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= y.length(); j++) {
                int replaced = diagonal + (x.charAt(i - 1) == y.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[y.length()];
    }
}
