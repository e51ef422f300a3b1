/** Whether a changed job may go on from what an earlier one left, and how. Depends on plan, checkpoint, snapshot. */
@NullMarked
package io.millrace.engine.upgrade;

import org.jspecify.annotations.NullMarked;
