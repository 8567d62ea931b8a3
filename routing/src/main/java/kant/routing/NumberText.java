package kant.routing;

import static kant.routing.Characters.isDigit;

/**
 * Numbers written as text: the literals of the language, and what {@code as_number} takes, which is .NET's invariant
 * style {@code Any}: blanks around, a sign on either side, parentheses for negative, thousands commas, an exponent and
 * the currency sign, but no hexadecimal digits. Java's own parser would also take {@code 1d} and {@code 0x1p3}.
 */
final class NumberText {
    private static final char CURRENCY = '\u00A4';
    private static final int MAX_HEX_DIGITS = 16;

    private final String text;
    private final StringBuilder digits = new StringBuilder();
    private int position;
    private boolean signed;
    private boolean negative;
    private boolean inParentheses;
    private boolean hasCurrency;

    private NumberText(String text) {
        this.text = text;
    }

    /** {@code ["-"] digits}, {@code ["-"] [digits] "." digits [exponent]} or {@code ["-"] [digits] exponent}. */
    static boolean isLiteral(String word) {
        int i = word.startsWith("-") ? 1 : 0;
        int whole = digitsEnd(word, i);
        boolean some = whole > i;
        i = whole;
        if (i < word.length() && word.charAt(i) == '.') {
            int fraction = digitsEnd(word, i + 1);
            if (fraction == i + 1) {
                return false;
            }
            some = true;
            i = fraction;
        }
        if (i < word.length() && (word.charAt(i) == 'e' || word.charAt(i) == 'E')) {
            i++;
            if (i < word.length() && (word.charAt(i) == '+' || word.charAt(i) == '-')) {
                i++;
            }
            int exponent = digitsEnd(word, i);
            return exponent > i && exponent == word.length();
        }
        return some && i == word.length();
    }

    static boolean isHexLiteral(String word) {
        return word.length() > 2
                && word.charAt(0) == '0'
                && (word.charAt(1) == 'x' || word.charAt(1) == 'X')
                && word.chars().skip(2).allMatch(c -> Characters.isHexDigit((char) c));
    }

    /** The value of a hexadecimal literal as a 64-bit two's complement number; undefined beyond 16 digits. */
    static Value hex(String literal) {
        String hex = literal.substring(2);
        return hex.length() > MAX_HEX_DIGITS ? Value.UNDEFINED : Value.of((double) Long.parseUnsignedLong(hex, 16));
    }

    /** The number that the text says, not a number (that is, undefined) if it says none. */
    static double parse(String text) {
        double simple = Decimal.simple(text);
        return Double.isNaN(simple) ? new NumberText(text).parse() : simple;
    }

    private double parse() {
        leading();
        boolean some = digits();
        if (some) {
            exponent();
            trailing();
        }
        if (!some || inParentheses || position < text.length()) {
            return named();
        }
        double magnitude = Double.parseDouble(digits.toString());
        return negative ? -magnitude : magnitude;
    }

    /** Blanks end where a sign without a currency sign stands before them. */
    private void leading() {
        for (; position < text.length(); position++) {
            char c = text.charAt(position);
            if (isWhite(c) && (!signed || hasCurrency)) {
                continue;
            }
            if (!sign(c) && !openParenthesis(c) && !currency(c)) {
                return;
            }
        }
    }

    private boolean digits() {
        boolean some = false;
        boolean fraction = false;
        for (; position < text.length(); position++) {
            char c = text.charAt(position);
            if (isDigit(c)) {
                some = true;
                digits.append(c);
            } else if (c == '.' && !fraction) {
                fraction = true;
                digits.append(c);
            } else if (c != ',' || !some || fraction) {
                break;
            }
        }
        return some;
    }

    private void exponent() {
        if (position == text.length() || (text.charAt(position) | 0x20) != 'e') {
            return;
        }
        int start = position + 1;
        if (start < text.length() && (text.charAt(start) == '+' || text.charAt(start) == '-')) {
            start++;
        }
        int end = digitsEnd(text, start);
        if (end > start) {
            digits.append(text, position, end);
            position = end;
        }
    }

    private void trailing() {
        for (; position < text.length(); position++) {
            char c = text.charAt(position);
            if (c == ')' && inParentheses) {
                inParentheses = false;
            } else if (!isWhite(c) && !sign(c) && !currency(c)) {
                return;
            }
        }
    }

    private boolean sign(char c) {
        if (signed || (c != '+' && c != '-')) {
            return false;
        }
        signed = true;
        negative = c == '-';
        return true;
    }

    private boolean openParenthesis(char c) {
        if (signed || c != '(') {
            return false;
        }
        signed = true;
        negative = true;
        inParentheses = true;
        return true;
    }

    private boolean currency(char c) {
        if (hasCurrency || c != CURRENCY) {
            return false;
        }
        hasCurrency = true;
        return true;
    }

    private double named() {
        String name = text.strip();
        if (name.equalsIgnoreCase("Infinity") || name.equalsIgnoreCase("+Infinity")) {
            return Double.POSITIVE_INFINITY;
        }
        return name.equalsIgnoreCase("-Infinity") ? Double.NEGATIVE_INFINITY : Double.NaN;
    }

    private static boolean isWhite(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    private static int digitsEnd(String text, int from) {
        int i = from;
        while (i < text.length() && isDigit(text.charAt(i))) {
            i++;
        }
        return i;
    }
}
