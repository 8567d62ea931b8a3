/** Starts and stops the real programs for the suites. */
package kant.conformance.harness;
