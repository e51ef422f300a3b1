/** Jobs watched from other processes: what shows one, finds them all and draws them. Depends on terminal. */
@NullMarked
package io.millrace.node.live;

import org.jspecify.annotations.NullMarked;
