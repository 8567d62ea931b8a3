/**
 * Fuzz targets: each takes bytes or a text that nobody meant to send, and asserts that no exception escapes, nothing is logged as our
 * own mistake, and no session, buffer or memory is left behind. As tests they run their seeds (src/test/resources, one a line, so
 * that no binary is in the tree); {@code fuzz/run} lets Jazzer go on from there, guided by coverage. What a campaign finds is
 * mended, and its input becomes a line of the seeds.
 */
@NullMarked
package kant.fuzz;

import org.jspecify.annotations.NullMarked;
