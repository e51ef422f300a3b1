/** From the shards' logs to the job's one output log, which sinks read. */
@NullMarked
package io.millrace.engine.output;

import org.jspecify.annotations.NullMarked;
