/** Rigs, workloads and peers: the programs behind every published number. Nothing depends on it. */
@NullMarked
package io.millrace.perf;

import org.jspecify.annotations.NullMarked;
