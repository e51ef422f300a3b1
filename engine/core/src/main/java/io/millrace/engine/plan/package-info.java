/** A job as the engine runs it: what engine/sql produces and the agents are wired from. Depends on codecs, kernels. */
@NullMarked
package io.millrace.engine.plan;

import org.jspecify.annotations.NullMarked;
