package kant.bench.broker;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import kant.bench.load.Crowd;
import kant.bench.load.Login;
import kant.bench.load.PairAddress;

/** Who sends what to whom on a server that lets anybody in: each sender publishes on the topic that its receiver listens to. */
final class PlainTopics {
    private PlainTopics() {}

    static List<PairAddress> pairs(int count) {
        return list(
                count, i -> new PairAddress(login("sender" + i), "bench/" + i, login("receiver" + i), "bench/" + i));
    }

    static List<PairAddress> fanIn(int senders) {
        return list(senders, i -> new PairAddress(login("many" + i), "all/" + i, login("sink"), "all/#"));
    }

    static List<Crowd.Member> crowd(int count) {
        return list(count, i -> new Crowd.Member(login("idle" + i), "idle/" + i));
    }

    private static Login login(String client) {
        return new Login(client, "bench", "");
    }

    private static <T> List<T> list(int count, IntFunction<T> each) {
        return IntStream.range(0, count).mapToObj(each).toList();
    }
}
