package kant.edgehub.metrics;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import kant.edgehub.method.MethodMeter;
import kant.edgehub.outbox.Fate;
import kant.edgehub.outbox.Outboxes.SettledMeter;
import kant.edgehub.parent.ParentMeter;
import kant.edgehub.session.DeliveryMeter;
import kant.edgehub.session.MessageMeter;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.SystemProperties;
import kant.model.message.Target;
import kant.protocol.prometheus.CounterFamily;
import kant.protocol.prometheus.SummaryFamily;
import kant.routing.Match;
import kant.store.Entry;
import kant.world.Time;

/**
 * What the hub counts, by the original's names and labels (routing-and-store.md §10). Labels come from authenticated
 * identities and from routes; of what a client can make up, the number of series has a bound.
 */
public final class Counters implements MessageMeter, DeliveryMeter, SettledMeter, MethodMeter, ParentMeter {
    private static final String UPSTREAM = "upstream";
    private static final double NANOS = 1e-9;
    private static final double MILLIS = 1e-3;

    private final CounterFamily received = new CounterFamily("edgehub_messages_received_total", "route_output", "id");
    private final CounterFamily sent = new CounterFamily(
            "edgehub_messages_sent_total", "from", "to", "from_route_output", "to_route_input", "priority");
    private final CounterFamily dropped =
            new CounterFamily("edgehub_messages_dropped_total", "reason", "from", "from_route_output");
    private final CounterFamily unacknowledged =
            new CounterFamily("edgehub_messages_unack_total", "reason", "from", "from_route_output");
    private final CounterFamily twinReads = new CounterFamily("edgehub_gettwin_total", "source", "id");
    private final CounterFamily reports = new CounterFamily("edgehub_reported_properties_total", "target", "id");
    private final CounterFamily methods = new CounterFamily("edgehub_direct_methods_total", "from", "to");
    private final CounterFamily connects = new CounterFamily("edgehub_client_connect_success_total", "id");
    private final CounterFamily disconnects = new CounterFamily("edgehub_client_disconnect_total", "id");
    private final CounterFamily connectFailures =
            new CounterFamily("edgehub_client_connect_failed_total", "id", "reason");
    private final CounterFamily offline = new CounterFamily("edgehub_offline_count_total", "id");
    private final CounterFamily retries = new CounterFamily("edgehub_operation_retry_total", "id", "operation");
    private final CounterFamily routes = new CounterFamily("kant_route_messages_total", "route");

    private final SummaryFamily sizes = new SummaryFamily("edgehub_message_size_bytes", 1, "id");
    private final SummaryFamily sendTimes = new SummaryFamily(
            "edgehub_message_send_duration_seconds", NANOS, "from", "to", "from_route_output", "to_route_input");
    private final SummaryFamily processTimes =
            new SummaryFamily("edgehub_message_process_duration_seconds", MILLIS, "from", "to", "priority");
    private final SummaryFamily twinReadTimes =
            new SummaryFamily("edgehub_gettwin_duration_seconds", NANOS, "source", "id");
    private final SummaryFamily reportTimes =
            new SummaryFamily("edgehub_reported_properties_update_duration_seconds", NANOS, "target", "id");
    private final SummaryFamily methodTimes =
            new SummaryFamily("edgehub_direct_method_duration_seconds", NANOS, "from", "to");
    private final SummaryFamily offlineTimes = new SummaryFamily("edgehub_offline_duration_seconds", NANOS, "id");

    private final Time time;

    public Counters(Time time) {
        this.time = time;
    }

    List<CounterFamily> counters() {
        return List.of(
                received,
                sent,
                dropped,
                unacknowledged,
                twinReads,
                reports,
                methods,
                connects,
                disconnects,
                connectFailures,
                offline,
                retries);
    }

    List<SummaryFamily> summaries() {
        return List.of(sizes, sendTimes, processTimes, twinReadTimes, reportTimes, methodTimes, offlineTimes);
    }

    CounterFamily dropped() {
        return dropped;
    }

    /** Ours, without the labels that all of the original's have. */
    CounterFamily routes() {
        return routes;
    }

    @Override
    public void received(Message message, int bytes) {
        received.add(output(message), message.sender().text());
        sizes.add(bytes, message.sender().text());
    }

    @Override
    public void unrouted(Message message) {
        dropped.add("no_route", message.sender().text(), output(message));
    }

    @Override
    public void accepted(List<Match> matches) {
        for (Match match : matches) {
            routes.add(match.route());
        }
    }

    @Override
    public void unacknowledged(Message message) {
        unacknowledged.add("storage_failure", message.sender().text(), output(message));
    }

    @Override
    public void settled(String endpoint, Entry entry, Fate fate) {
        Message message = entry.message();
        String from = message.sender().text();
        boolean upstream = endpoint.equals(Target.UPSTREAM);
        switch (fate) {
            case Fate.Delivered _ -> {
                int slash = endpoint.lastIndexOf('/');
                String to = upstream ? UPSTREAM : endpoint.substring(0, slash);
                String input = upstream ? "" : endpoint.substring(slash + 1);
                String priority = Long.toString(entry.priority());
                sent.add(from, to, output(message), input, priority);
                processTimes.add(waitedMillis(message), from, to, priority);
            }
            case Fate.Retry _ -> retries.add(from, upstream ? "SendMessage" : "DeliverMessage");
            case Fate.Dropped(String reason) -> dropped.add(reason, from, output(message));
        }
    }

    @Override
    public void delivered(Message message, IdentityId to, String input, Duration took) {
        sendTimes.add(took.toNanos(), message.sender().text(), to.text(), output(message), input);
    }

    @Override
    public void sentUp(Message message, Duration took) {
        sendTimes.add(took.toNanos(), message.sender().text(), UPSTREAM, output(message), "");
    }

    @Override
    public void twinRead(IdentityId id, Duration took) {
        twinReads.add("edge_hub", id.text());
        twinReadTimes.add(took.toNanos(), "edge_hub", id.text());
    }

    @Override
    public void twinReadUp(IdentityId id, Duration took) {
        twinReads.add(UPSTREAM, id.text());
        twinReadTimes.add(took.toNanos(), UPSTREAM, id.text());
    }

    @Override
    public void reported(IdentityId id, Duration took) {
        reports.add("edge_hub", id.text());
        reportTimes.add(took.toNanos(), "edge_hub", id.text());
    }

    @Override
    public void reportedUp(IdentityId id, Duration took) {
        reports.add(UPSTREAM, id.text());
        reportTimes.add(took.toNanos(), UPSTREAM, id.text());
    }

    @Override
    public void failedUp(IdentityId id, String operation) {
        retries.add(id.text(), operation);
    }

    @Override
    public void answered(String from, String to, Duration took) {
        methods.add(from, to);
        methodTimes.add(took.toNanos(), from, to);
    }

    public void connected(IdentityId id) {
        connects.add(id.text());
    }

    public void disconnected(IdentityId id) {
        disconnects.add(id.text());
    }

    /** A client was not let in. By its name only where the registry has it: anybody can make one up. */
    public void connectFailed(IdentityId id, boolean known) {
        connectFailures.add(known ? id.text() : "unknown", "not_authenticated");
    }

    /** The parent cannot be reached any more. */
    public void offline(IdentityId hub) {
        offline.add(hub.text());
    }

    /** It can again. */
    public void online(IdentityId hub, Duration wasAway) {
        offlineTimes.add(wasAway.toNanos(), hub.text());
    }

    private long waitedMillis(Message message) {
        String enqueued = message.systemProperties().getOrDefault(SystemProperties.ENQUEUED_TIME, "");
        try {
            return Math.max(
                    0, time.now().toEpochMilli() - Instant.parse(enqueued).toEpochMilli());
        } catch (DateTimeParseException _) {
            return 0; // every message is stamped; one that lost its stamp has not waited for us
        }
    }

    private static String output(Message message) {
        return message.systemProperties().getOrDefault(SystemProperties.OUTPUT_NAME, "");
    }
}
