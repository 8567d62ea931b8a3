package kant.edgehub;

import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;

/** Everything outside that the hub reaches, apart from disk and network. */
record HubWorld(Tasks tasks, Time time, Randomness randomness) {}
