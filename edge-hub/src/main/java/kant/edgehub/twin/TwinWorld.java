package kant.edgehub.twin;

import java.time.Duration;
import kant.edgehub.parent.Attachments;
import kant.store.state.KeyedState;
import kant.world.Tasks;
import kant.world.Time;

/**
 * What every twin needs around it.
 *
 * @param operationLimit how long a read waits for an identity that is just being attached
 * @param syncEvery least time between two reported patches of one identity
 */
record TwinWorld(
        KeyedState state,
        Attachments attachments,
        DesiredListener listener,
        Tasks tasks,
        Time time,
        Duration operationLimit,
        Duration syncEvery) {}
