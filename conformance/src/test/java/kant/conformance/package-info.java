/** Black-box suites over the real programs. A suite that needs a running loop shares one: see {@link kant.conformance.Loop}. */
package kant.conformance;
