package kant.iothub.deploy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import kant.iothub.twin.ConfigurationStates;

/**
 * What a device gets of the configurations that it is a target of (agent.md §10.4): the strongest base, and above it all
 * layers of a higher priority than that base's. Without a base nothing.
 *
 * @param applied the base first, then the layers from the weakest on; empty where there is no base
 */
record Selection(List<Candidate> targets, List<Candidate> applied) {
    Selection {
        targets = List.copyOf(targets);
        applied = List.copyOf(applied);
    }

    static Selection of(List<Candidate> targets) {
        Optional<Candidate> base = targets.stream().filter(Candidate::base).max(Candidate.WEAKEST_FIRST);
        List<Candidate> applied = new ArrayList<>();
        base.ifPresent(chosen -> {
            applied.add(chosen);
            targets.stream()
                    .filter(target -> !target.base() && target.priority() > chosen.priority())
                    .sorted(Candidate.WEAKEST_FIRST)
                    .forEach(applied::add);
        });
        return new Selection(targets, applied);
    }

    /** Equal for equal results: the content of what is applied, in its order. */
    String key() {
        return applied.stream().map(Candidate::key).collect(Collectors.joining("\n"));
    }

    ConfigurationStates states() {
        return states(applied.stream().map(Candidate::id).collect(Collectors.toSet()));
    }

    /** Where what should be applied could not be. */
    ConfigurationStates statesOfNoneApplied() {
        return states(Set.of());
    }

    private ConfigurationStates states(Set<String> used) {
        SortedMap<String, Boolean> states = new TreeMap<>();
        targets.forEach(target -> states.put(target.id(), used.contains(target.id())));
        return new ConfigurationStates(states);
    }
}
