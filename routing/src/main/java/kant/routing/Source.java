package kant.routing;

import kant.model.message.Message;
import kant.model.message.SystemProperties;

/**
 * The source of a route: takes every message whose own source starts with the prefix, ignoring case, whole segments only.
 *
 * @param prefix begins and ends with {@code /}
 */
record Source(String prefix) {
    private static final String TWIN_CHANGE = SystemProperties.TWIN_CHANGE;

    /** From the path of a route: {@code *} counts only at the end, where it says nothing; in the middle it never matches. */
    static Source ofPath(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '*') {
            end--;
        }
        if (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return new Source(path.substring(0, end) + "/");
    }

    /** The source that a message carries, ending in {@code /}. */
    static String of(Message message) {
        if (isTwinChange(message)) {
            return "/twinChangeNotifications/";
        }
        String module = message.sender().moduleId();
        if (module == null) {
            return "/messages/";
        }
        String output = message.systemProperties().get(SystemProperties.OUTPUT_NAME);
        return output == null || output.isEmpty()
                ? "/messages/modules/" + module + "/"
                : "/messages/modules/" + module + "/outputs/" + output + "/";
    }

    static boolean isTwinChange(Message message) {
        return TWIN_CHANGE.equals(message.systemProperties().get(SystemProperties.MESSAGE_TYPE));
    }

    boolean takes(String messageSource) {
        return messageSource.regionMatches(true, 0, prefix, 0, prefix.length());
    }
}
