package kant.routing;

/** A decimal number's text to the nearest double: at once where that is exact, else by way of Java's parser. */
final class Decimal {
    /** Any whole number below is a double, and so is any power of ten in the table: one division rounds once. */
    private static final long MOST_EXACT = 1L << 53;

    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18
    };

    private Decimal() {}

    /** @param text {@code ["-"] digits ["." digits] [exponent]}, or with digits on one side of the point only */
    static double parse(String text) {
        double simple = simple(text);
        return Double.isNaN(simple) ? Double.parseDouble(text) : simple;
    }

    /** The number that {@code ["-"] digits ["." digits]} says; not a number where the text is something else, or has many digits. */
    static double simple(String text) {
        int start = !text.isEmpty() && text.charAt(0) == '-' ? 1 : 0;
        if (text.length() == start || text.length() - start >= POWERS.length) {
            return Double.NaN;
        }
        long digits = 0;
        int point = -1;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                digits = digits * 10 + (c - '0');
            } else if (c == '.' && point < 0 && i > start && i < text.length() - 1) {
                point = i;
            } else {
                return Double.NaN;
            }
        }
        if (digits > MOST_EXACT) {
            return Double.NaN;
        }
        double magnitude = point < 0 ? digits : digits / POWERS[text.length() - 1 - point];
        return start == 1 ? -magnitude : magnitude;
    }
}
