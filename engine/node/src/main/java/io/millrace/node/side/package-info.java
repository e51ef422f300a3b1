/** Late and dead rows of a state folder: listed, shown, taken out again. Depends on state and terminal. */
@NullMarked
package io.millrace.node.side;

import org.jspecify.annotations.NullMarked;
