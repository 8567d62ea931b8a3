package kant.conformance.agent;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A text that must be nowhere but where it belongs. */
record Secret(String what, String text) {
    private static final int CHARACTERS_PER_GROUP = 4;

    /** Whether it is in there, plainly or in a form in which it could travel: encoded for a URL, or somewhere in a text in Base64. */
    boolean in(String where) {
        return forms().stream().anyMatch(where::contains);
    }

    private List<String> forms() {
        List<String> forms = new ArrayList<>(List.of(text, URLEncoder.encode(text, StandardCharsets.UTF_8)));
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + bytes.length];
            System.arraycopy(bytes, 0, shifted, before, bytes.length);
            for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
                String whole = encoder.encodeToString(shifted);
                // the groups at either end depend on what else is in the text
                forms.add(whole.substring(CHARACTERS_PER_GROUP, whole.length() - CHARACTERS_PER_GROUP));
            }
        }
        return forms;
    }

    @Override
    public String toString() {
        return what;
    }
}
