package kant.routing;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A path into a body or a twin: {@code name[0].name}; names are case-sensitive, there are no wildcards, slices or quotes. */
record JsonPath(List<Step> steps) {

    /** A member of an object, or an element of an array. */
    sealed interface Step {
        /** @param utf8 the name as bytes, for comparing with a text that was not decoded */
        record Member(String name, byte[] utf8) implements Step {
            Member(String name) {
                this(name, name.getBytes(StandardCharsets.UTF_8));
            }
        }

        record Element(int index) implements Step {}
    }

    /** Nine digits always fit; no array in a message is longer. */
    private static final int MAX_INDEX_DIGITS = 9;

    /** Reads a path, or says in the exception's message what is wrong with it. */
    static JsonPath parse(String text) throws MalformedPath {
        if (text.isEmpty()) {
            throw new MalformedPath("$body query cannot be empty");
        }
        var steps = new ArrayList<Step>();
        for (String part : text.split("\\.", -1)) {
            int bracket = part.indexOf('[');
            String name = bracket < 0 ? part : part.substring(0, bracket);
            checkName(name);
            steps.add(new Step.Member(name));
            if (bracket >= 0) {
                addIndices(part.substring(bracket), steps);
            }
        }
        return new JsonPath(List.copyOf(steps));
    }

    /** The node that the path leads to, null where it leads nowhere. */
    @Nullable
    JsonNode in(JsonNode root) {
        JsonNode node = root;
        for (Step step : steps) {
            node = switch (step) {
                case Step.Member member -> node.get(member.name());
                case Step.Element(int index) -> node.get(index);
            };
            if (node == null) {
                return null;
            }
        }
        return node;
    }

    private static void checkName(String name) throws MalformedPath {
        if (name.isEmpty()) {
            throw malformed("a name is missing");
        }
        if (name.indexOf(']') >= 0) {
            throw malformed("']' without '[' in '" + name + "'");
        }
        if (name.chars().allMatch(c -> Characters.isDigit((char) c))) {
            throw malformed("the name '" + name + "' has only digits");
        }
    }

    private static void addIndices(String brackets, List<Step> steps) throws MalformedPath {
        int position = 0;
        while (position < brackets.length()) {
            int close = brackets.indexOf(']', position);
            if (brackets.charAt(position) != '[' || close < 0) {
                throw malformed("expected an index such as [0], found '" + brackets.substring(position) + "'");
            }
            steps.add(new Step.Element(index(brackets.substring(position + 1, close))));
            position = close + 1;
        }
    }

    private static int index(String digits) throws MalformedPath {
        if (digits.isEmpty() || !digits.chars().allMatch(c -> Characters.isDigit((char) c))) {
            throw malformed("an index is a whole number such as [0], found '[" + digits + "]'");
        }
        return digits.length() > MAX_INDEX_DIGITS ? Integer.MAX_VALUE : Integer.parseInt(digits);
    }

    private static MalformedPath malformed(String detail) {
        return new MalformedPath("Error in $body query. " + detail);
    }

    /** Why a path is none; has no stack trace, for it is not a bug. */
    static final class MalformedPath extends Exception {
        private static final long serialVersionUID = 1L;

        private final String detail;

        MalformedPath(String detail) {
            super(detail, null, false, false);
            this.detail = detail;
        }

        /** What is wrong, in words. */
        String detail() {
            return detail;
        }
    }
}
