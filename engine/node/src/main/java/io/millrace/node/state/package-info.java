/** State folders from the outside: opening them, emptying them, their checkpoints. Depends on terminal. */
@NullMarked
package io.millrace.node.state;

import org.jspecify.annotations.NullMarked;
