/** What people see and scripts read: streams, screens, tables, numbers, exit codes. Depends on the engine alone. */
@NullMarked
package io.millrace.node.terminal;

import org.jspecify.annotations.NullMarked;
