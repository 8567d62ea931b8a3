/**
 * Bad networks, from the outside: the assembled Edge Hub and the stand-in in network namespaces of their own, joined by veth pairs
 * that {@code iptables} and {@code tc} spoil, or by the relay of {@code testkit}. {@link
 * kant.conformance.network.NetworkCampaignTest} runs every {@link kant.conformance.network.Scenario} on {@link
 * kant.conformance.network.Lane}s, and keeps books of what was acknowledged and what arrived. {@code campaign/network} runs it for
 * longer. Needs root.
 */
package kant.conformance.network;
