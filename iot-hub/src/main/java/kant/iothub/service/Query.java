package kant.iothub.service;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * The queries that are understood so far: {@code SELECT * FROM devices} and {@code SELECT * FROM devices.modules}, each with
 * {@code WHERE deviceId = '…'} or {@code moduleId = '…'}, joined by AND.
 *
 * @param modules whether it asks for modules, not devices
 * @param deviceId only of this device, null for all
 * @param moduleId only modules of this name, null for all
 */
record Query(
        boolean modules,
        @Nullable String deviceId,
        @Nullable String moduleId) {
    private static final Pattern SHAPE = Pattern.compile(
            "\\s*SELECT\\s+\\*\\s+FROM\\s+(devices(?:\\.modules)?)(?:\\s+WHERE\\s+(.+?))?\\s*;?\\s*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern TERM =
            Pattern.compile("(deviceId|moduleId)\\s*=\\s*'((?:[^']|'')*)'", Pattern.CASE_INSENSITIVE);
    private static final Pattern AND = Pattern.compile("\\s+AND\\s+", Pattern.CASE_INSENSITIVE);
    private static final int MAX_CHARACTERS = 4096;

    static Query parse(String text) throws HubRefusedException {
        Matcher query = SHAPE.matcher(text);
        if (text.length() > MAX_CHARACTERS || !query.matches()) {
            throw notUnderstood("it is not SELECT * FROM devices or SELECT * FROM devices.modules");
        }
        boolean modules = query.group(1).length() > "devices".length();
        Map<String, String> terms = terms(query.group(2));
        String moduleId = terms.get("moduleid");
        if (moduleId != null && !modules) {
            throw notUnderstood("devices have no moduleId; query devices.modules");
        }
        return new Query(modules, terms.get("deviceid"), moduleId);
    }

    private static Map<String, String> terms(@Nullable String where) throws HubRefusedException {
        Map<String, String> terms = new HashMap<>();
        if (where == null) {
            return terms;
        }
        Matcher term = TERM.matcher(where);
        Matcher and = AND.matcher(where);
        int at = 0;
        while (term.find(at) && term.start() == at) {
            terms.put(term.group(1).toLowerCase(Locale.ROOT), term.group(2).replace("''", "'"));
            if (term.end() == where.length()) {
                return terms;
            }
            if (!and.find(term.end()) || and.start() != term.end()) {
                break;
            }
            at = and.end();
        }
        throw notUnderstood("in WHERE only deviceId = '…' and moduleId = '…' joined by AND are: \"" + where + "\"");
    }

    private static HubRefusedException notUnderstood(String why) {
        return new HubRefusedException(
                ErrorCode.ARGUMENT_INVALID, "this query is not understood by the stand-in yet: " + why);
    }
}
