/** Millrace as a peer in measurements: its connectors from memory and its run. Depends on the engine. */
@NullMarked
package io.millrace.perf.millrace;

import org.jspecify.annotations.NullMarked;
