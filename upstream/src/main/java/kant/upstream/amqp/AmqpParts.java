package kant.upstream.amqp;

import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import kant.upstream.ConnectionMachine;
import kant.upstream.LinkTiming;
import kant.upstream.ParentConfig;
import kant.upstream.budget.Budget;
import kant.upstream.dial.Dialler;
import kant.upstream.drive.AttemptGate;
import kant.upstream.drive.ConnectionDriver;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;

/** What all of a link share; {@code home} is the event loop that owns the connection and every identity. */
record AmqpParts(
        Dialler dialler,
        EventLoop home,
        Tasks tasks,
        Time time,
        Randomness randomness,
        AmqpLinkConfig config,
        AttemptGate gate,
        Budget budget) {

    ParentConfig parent() {
        return dialler.parent();
    }

    ConnectionDriver driver(LinkTiming timing, ConnectionDriver.Effects effects) {
        return new ConnectionDriver(new ConnectionMachine(timing), home, time, randomness, effects);
    }

    /** Runs a step on the home loop, at once where this is it; false where the program has stopped its loops. */
    boolean onHome(Runnable step) {
        if (home.inEventLoop()) {
            step.run();
            return true;
        }
        try {
            home.execute(step);
            return true;
        } catch (RejectedExecutionException _) {
            return false;
        }
    }
}
