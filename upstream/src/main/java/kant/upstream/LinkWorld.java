package kant.upstream;

import kant.protocol.net.EventLoops;
import kant.upstream.budget.Budget;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;

/**
 * What a link takes of its surroundings.
 *
 * @param loops where its sockets live
 * @param tasks where tokens are made and names resolved
 * @param budget what it may send; whoever has made it may change it
 */
public record LinkWorld(EventLoops loops, Tasks tasks, Time time, Randomness randomness, Budget budget) {

    /** One that may send as much as it likes. */
    public static LinkWorld unlimited(EventLoops loops, Tasks tasks, Time time, Randomness randomness) {
        return new LinkWorld(loops, tasks, time, randomness, new Budget(tasks, time));
    }
}
