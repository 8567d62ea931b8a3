package kant.edgeagent.plan;

import java.util.List;

/**
 * Works of different modules that may run at the same time.
 *
 * @param required whether the stages after it depend on all of it
 */
public record Stage(String name, boolean required, List<Work> works) {
    public Stage {
        works = List.copyOf(works);
    }
}
