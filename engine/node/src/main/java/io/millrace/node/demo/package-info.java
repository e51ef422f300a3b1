/** Events made up for the example job, which runs over them. Depends on job and terminal. */
@NullMarked
package io.millrace.node.demo;

import org.jspecify.annotations.NullMarked;
