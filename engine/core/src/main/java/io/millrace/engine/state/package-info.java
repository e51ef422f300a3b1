/** Off-heap state: memory with a budget, tables of keyed entries, distinct sets. Depends on codecs and kernels. */
@NullMarked
package io.millrace.engine.state;

import org.jspecify.annotations.NullMarked;
