package kant.iothub.deploy;

import com.fasterxml.jackson.databind.JsonNode;

/** Whether two trees say the same: numbers by value, for the Java SDK sends 5.0 where it was given 5; null says nothing. */
final class SameJson {
    private SameJson() {}

    static boolean same(JsonNode a, JsonNode b) {
        if (a.isNumber() && b.isNumber()) {
            return a.decimalValue().compareTo(b.decimalValue()) == 0;
        }
        if (a.isObject() && b.isObject()) {
            return covers(a, b) && covers(b, a);
        }
        if (a.isArray() && b.isArray() && a.size() == b.size()) {
            for (int i = 0; i < a.size(); i++) {
                if (!same(a.get(i), b.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return a.equals(b);
    }

    private static boolean covers(JsonNode all, JsonNode some) {
        for (var field : some.properties()) {
            JsonNode other = all.get(field.getKey());
            boolean absent = other == null || other.isNull();
            if (absent != field.getValue().isNull() || !absent && !same(other, field.getValue())) {
                return false;
            }
        }
        return true;
    }
}
