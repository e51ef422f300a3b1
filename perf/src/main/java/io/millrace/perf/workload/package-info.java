/** The rows that are measured with: made from a seed, the same for every engine. Depends on nothing but codecs. */
@NullMarked
package io.millrace.perf.workload;

import org.jspecify.annotations.NullMarked;
