/** Consistent cuts of a job's state: when they are taken, what they hold and where they are kept. */
@NullMarked
package io.millrace.engine.checkpoint;

import org.jspecify.annotations.NullMarked;
