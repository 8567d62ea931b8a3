/**
 * What every kind of link runs on: {@code ConnectionDriver} carries out what a {@link kant.upstream.ConnectionMachine}
 * decides, {@code AttemptGate} bounds how many connect at a time, {@code LinkBoard} shows the link's state, and {@code
 * TwinRequests} waits for the answers to them. The links in {@code kant.upstream.mqtt} and {@code kant.upstream.amqp} are
 * made of these; nobody else calls them. Each belongs to one event loop unless it says otherwise.
 */
@NullMarked
package kant.upstream.drive;

import org.jspecify.annotations.NullMarked;
