/**
 * The checklist of reference/agent.md §12 against the assembled device: stand-in, daemon, agent and hub as programs. {@link
 * kant.conformance.agent.AgentDevice} runs modules as processes and lets a suite kill whatever it likes; the suites named after Docker
 * use the real engine of {@code KANT_TEST_DOCKER_SOCKET}.
 */
package kant.conformance.agent;
