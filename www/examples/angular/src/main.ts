import { provideZonelessChangeDetection } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { provideBus } from 'trolleybus/angular';
import { bus } from './bus';
import { Shop } from './shop';

bootstrapApplication(Shop, { providers: [provideZonelessChangeDetection(), provideBus(bus)] }).catch(console.error);
