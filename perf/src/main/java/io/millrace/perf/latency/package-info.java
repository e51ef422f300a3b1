/** The open-loop rig: from a row's intended time of publishing to its result, beside a raw echo. */
@NullMarked
package io.millrace.perf.latency;

import org.jspecify.annotations.NullMarked;
