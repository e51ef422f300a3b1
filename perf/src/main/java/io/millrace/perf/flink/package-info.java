/** Real Flink as judge of meaning and as peer in measurements. Depends on Flink; nothing but perf depends on it. */
@NullMarked
package io.millrace.perf.flink;

import org.jspecify.annotations.NullMarked;
