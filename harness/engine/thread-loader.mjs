// Lets a thread that was just started run TypeScript sources. Not TypeScript itself: nothing is there yet to read it.
import { register } from 'tsx/esm/api';

register();
