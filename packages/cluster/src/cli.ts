#!/usr/bin/env node
import { runCommand } from './platform/command.js';

void runCommand();
