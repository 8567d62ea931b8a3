package kant.edgeagent.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import kant.model.deployment.DesiredModule;
import kant.model.json.JsonText;

/**
 * Whether the agent that runs is another than the manifest wants: by image and, where the daemon labelled it, by create
 * options and environment. Version and pull policy do not count (reference/agent.md §4.3).
 */
public final class AgentDifference {

    private AgentDifference() {}

    /** Whether the agent that runs is to be replaced. */
    public static boolean between(DesiredModule wish, CurrentModule now) {
        return !wish.image().equals(now.image())
                || labelDiffers(now, Labels.CREATE_OPTIONS, wish.createOptions().json())
                || labelDiffers(now, Labels.ENV, wish.envJson());
    }

    private static boolean labelDiffers(CurrentModule now, String label, JsonNode wanted) {
        return now.label(label).filter(text -> !sameJson(text, wanted)).isPresent();
    }

    private static boolean sameJson(String text, JsonNode wanted) {
        try {
            JsonNode have = JsonText.read(text);
            return have.equals(wanted) || wanted.isEmpty() && have.isEmpty() && have.isContainerNode();
        } catch (JsonProcessingException _) {
            return false; // whoever wrote it: what is not JSON is not what the manifest wants
        }
    }
}
