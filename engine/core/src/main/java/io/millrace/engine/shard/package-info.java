/** Rows to results: the shard agents and their operators. Depends on ring, kernels, state and logs. */
@NullMarked
package io.millrace.engine.shard;

import org.jspecify.annotations.NullMarked;
