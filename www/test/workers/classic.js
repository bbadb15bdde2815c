importScripts('/dist/trolleybus.iife.js', 'work.js');
